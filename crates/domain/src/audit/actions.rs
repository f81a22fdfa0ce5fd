//! What the audit log can say that was done.

use super::Category;

/// Makes the enum of the actions from their titles, by category.
macro_rules! actions {
    ($($category:ident { $($name:ident = $title:literal,)+ })+) => {
        /// What was done. Its title stands in the database: one that was released is not
        /// changed, so that its entries are still found.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Action {
            $($(#[doc = $title] $name,)+)+
        }

        impl Action {
            /// Every action, by category.
            pub const ALL: &[Self] = &[$($(Self::$name,)+)+];

            /// What an entry says was done.
            pub const fn title(self) -> &'static str {
                match self {
                    $($(Self::$name => $title,)+)+
                }
            }

            /// The action with that title.
            pub fn from_title(title: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|action| action.title() == title)
            }

            /// What it is about.
            pub const fn category(self) -> Category {
                match self {
                    $($(Self::$name)|+ => Category::$category,)+
                }
            }
        }
    };
}

actions! {
    Access {
        ApprovedRequest = "Approved a request",
        DeniedRequest = "Denied a request",
        ReopenedRequest = "Reopened a denied request",
        GaveAccess = "Gave access",
        TookAccessAway = "Took access away",
        SentLinkAgain = "Sent the link again",
        ChangedEndOfAccess = "Changed the end of a person’s access",
        EditedAccount = "Edited an account",
        ArchivedAccount = "Archived an account",
        RestoredAccount = "Brought an account back",
        ViewedAsAccount = "Viewed the trust center as an account",
        AddedGroup = "Added a document group",
        EditedGroup = "Edited a document group",
        DeletedGroup = "Deleted a document group",
        AddedProfile = "Added a permission profile",
        EditedProfile = "Edited a permission profile",
        DeletedProfile = "Deleted a permission profile",
        ChoseDefaultProfile = "Chose the default permission profile",
        SignedInToTrustCenter = "Signed in to the trust center",
    }
    Content {
        AddedSection = "Added a section",
        EditedSection = "Edited a section",
        DeletedSection = "Deleted a section",
        MovedSectionUp = "Moved a section up",
        MovedSectionDown = "Moved a section down",
        AddedItem = "Added an item",
        EditedItem = "Edited an item",
        DeletedItem = "Deleted an item",
        MovedItemUp = "Moved an item up",
        MovedItemDown = "Moved an item down",
        AddedBadge = "Added a badge",
        EditedBadge = "Edited a badge",
        DeletedBadge = "Deleted a badge",
        AddedControl = "Added a control",
        EditedControl = "Edited a control",
        DeletedControl = "Deleted a control",
        AddedSubprocessor = "Added a subprocessor",
        EditedSubprocessor = "Edited a subprocessor",
        DeletedSubprocessor = "Deleted a subprocessor",
        AddedQuestion = "Added a question",
        EditedQuestion = "Edited a question",
        DeletedQuestion = "Deleted a question",
        ImportedEntries = "Imported a table of entries",
        MovedEntry = "Moved an entry",
        UploadedDocument = "Uploaded a document",
        ChoseVersion = "Chose the current version",
        DeletedVersion = "Deleted a version",
        RemovedDocument = "Removed a document",
        TurnedWatermarkOn = "Turned the watermark on",
        TurnedWatermarkOff = "Turned the watermark off",
        TurnedViewOnlyOn = "Turned view only on",
        TurnedViewOnlyOff = "Turned view only off",
        SavedUpdateDraft = "Saved an update as a draft",
        PublishedUpdate = "Published an update",
        EditedUpdate = "Edited an update",
        EmailedUpdate = "Emailed an update",
        DeletedUpdate = "Deleted an update",
        RemovedSubscriber = "Removed a subscriber",
    }
    Conversations {
        AnsweredConversation = "Answered a conversation",
        SettledConversation = "Marked a conversation as needing no answer",
        SavedReply = "Saved a reply to use again",
        DeletedReply = "Deleted a saved reply",
        ChangedQuestionnaire = "Changed a questionnaire",
        ReturnedQuestionnaire = "Returned a questionnaire",
    }
    Exports {
        DownloadedDocument = "Downloaded a document",
        ExportedAccounts = "Exported accounts",
        ExportedAnalytics = "Exported analytics",
        ExportedAuditLog = "Audit log exported",
    }
    Nda {
        PublishedNda = "Published an NDA",
        ChoseDefaultNda = "Chose the NDA of new accounts",
        ChoseNdaInRequest = "Chose whether requests for access offer the NDA",
        ChoseAccountNda = "Chose an account’s NDA",
        SetUpDocusign = "Set up DocuSign",
        ChoseAgreement = "Chose what is signed through DocuSign",
        AddedConnectKey = "Added a DocuSign Connect key",
        RemovedConnectKey = "Removed a DocuSign Connect key",
        RemovedDocusign = "Removed DocuSign",
    }
    Salesforce {
        ConnectedSalesforce = "Connected Salesforce",
        ReconnectedSalesforce = "Reconnected Salesforce",
        UninstalledSalesforce = "Uninstalled Salesforce",
        SalesforceNeedsLogin = "The Salesforce connection needs a new login",
        ConfirmedSalesforce = "Confirmed the Salesforce org and user",
        TurnedActivityOn = "Turned a Salesforce activity on",
        TurnedActivityOff = "Turned a Salesforce activity off",
        ChangedSalesforceOptions = "Changed Salesforce options",
        ChangedSubjectPrefix = "Changed the prefix of Task subjects",
        ChangedQuotaShare = "Changed Gatehouse’s share of API calls",
        PausedSalesforce = "Paused Salesforce",
        ResumedSalesforce = "Resumed Salesforce",
        EndedHold = "Ended a hold on Salesforce",
        LinkedAccount = "Linked an account to Salesforce",
        UnlinkedAccount = "Unlinked an account from Salesforce",
        FollowedMerge = "Followed a merge in Salesforce",
        LinkedCompany = "Linked a company to Salesforce",
        UnlinkedCompany = "Unlinked a company from Salesforce",
        CreatedLeads = "Let Leads be created for a company",
        IgnoredCompany = "Ignored a company without a match",
        StoppedIgnoringCompany = "Stopped ignoring a company without a match",
        ChangedTaskOptions = "Changed how Tasks of an activity look",
        MappedField = "Had a Salesforce field filled in",
        UnmappedField = "Stopped filling in a Salesforce field",
        WroteTestTask = "Wrote a test Task to Salesforce",
        StartedDryRun = "Started a dry run of past activity",
        ExportedDryRun = "Exported a dry run",
        SentPastActivity = "Sent past activity to Salesforce",
        StoppedSendingPastActivity = "Stopped sending past activity",
        SentDeliveryAgain = "Sent a delivery again",
        SentUnseenDelivery = "Sent a delivery again whose Task isn’t in Salesforce",
        SentDeliveriesAgain = "Sent deliveries again",
        CancelledDelivery = "Cancelled a delivery",
        MarkedDeliveries = "Marked deliveries for checking",
    }
    Settings {
        CreatedOrganization = "Made the organization",
        SetPlan = "Set the plan",
        ChangedSettings = "Changed settings",
        ChangedAccessPolicy = "Changed who may ask",
        ChangedLogo = "Changed the logo",
        RemovedLogo = "Removed the logo",
        ChangedSecurityTxt = "Changed security.txt",
        SetCustomDomain = "Set the custom domain",
        ProvedCustomDomain = "Proved the custom domain",
        RemovedCustomDomain = "Removed the custom domain",
        RetriedEmail = "Tried an email again",
        CancelledEmail = "Cancelled an email",
        SentTestEmail = "Sent a test email",
    }
    Team {
        SignedIn = "Signed in",
        SignedInWithRecoveryCode = "Signed in with a recovery code",
        FailedToSignIn = "Failed to sign in",
        KeptFromSigningIn = "Was kept from signing in",
        SignedOut = "Signed out",
        SignedOutEverywhere = "Signed out everywhere",
        EndedSession = "Ended a session",
        InvitedColleague = "Invited a colleague",
        SentInvitationAgain = "Sent an invitation again",
        WithdrewInvitation = "Withdrew an invitation",
        AcceptedInvitation = "Accepted an invitation",
        AddedColleague = "Added a colleague",
        ChangedColleague = "Changed a colleague",
        DeactivatedColleague = "Deactivated a colleague",
        ReactivatedColleague = "Reactivated a colleague",
        ChangedOwnName = "Changed their own name",
        ChangedOwnPassword = "Changed their own password",
        SentPasswordLink = "Sent a link to reset a password",
        ResetPassword = "Reset the password",
        SetPassword = "Set a colleague’s password",
        SetUpSecondFactor = "Set up a second factor",
        TurnedSecondFactorOff = "Turned the second factor off",
        ReplacedRecoveryCodes = "Replaced the recovery codes",
        ResetSecondFactor = "Reset a colleague’s second factor",
        RequiredSecondFactor = "Required a second factor",
        MadeSecondFactorOptional = "Made the second factor optional",
    }
}

impl Action {
    /// Whether the detail of its entries is of [`super::Changes`]. Other details are words,
    /// and may hold what visitors typed.
    pub const fn tells_of_a_change(self) -> bool {
        matches!(
            self,
            Self::EditedAccount
                | Self::ChangedEndOfAccess
                | Self::AddedGroup
                | Self::EditedGroup
                | Self::AddedProfile
                | Self::EditedProfile
                | Self::ChoseDefaultProfile
                | Self::EditedSection
                | Self::EditedItem
                | Self::EditedBadge
                | Self::EditedControl
                | Self::EditedSubprocessor
                | Self::EditedQuestion
                | Self::ChoseVersion
                | Self::SavedUpdateDraft
                | Self::PublishedUpdate
                | Self::EditedUpdate
                | Self::ChangedQuestionnaire
                | Self::ChoseDefaultNda
                | Self::ChoseAccountNda
                | Self::SetUpDocusign
                | Self::TurnedActivityOn
                | Self::TurnedActivityOff
                | Self::ChangedSalesforceOptions
                | Self::ChangedSubjectPrefix
                | Self::ChangedQuotaShare
                | Self::SetPlan
                | Self::ChangedSettings
                | Self::ChangedAccessPolicy
                | Self::ChangedSecurityTxt
                | Self::SetCustomDomain
                | Self::ChangedColleague
                | Self::ChangedOwnName
        )
    }
}
