//! A local Salesforce org.
