"""The model rendered as schemas, SQL and pages."""
