"""The ports on AWS: S3, DynamoDB, Glue's catalogue, Step Functions."""
