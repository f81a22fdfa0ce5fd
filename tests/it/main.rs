mod salesforce_client;
