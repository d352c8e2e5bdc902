"""The distributed executor: the merge's statements as Spark SQL, its tables through Iceberg's own library."""
