import Postgres

/// What makes the schema, in order.
enum InferenceMigrations {
    static let all = [
        Migration("v0001_inference", PackageResources.v0001_inference_sql),
        Migration("v0002_repository", PackageResources.v0002_repository_sql),
        Migration("v0003_batch", PackageResources.v0003_batch_sql),
        Migration("v0004_indexes", PackageResources.v0004_indexes_sql),
        Migration("v0005_settings", PackageResources.v0005_settings_sql),
    ]
}
