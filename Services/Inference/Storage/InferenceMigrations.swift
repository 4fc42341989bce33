import Postgres

/// What makes the schema, in order.
enum InferenceMigrations {
    static let all = [
        Migration("v0001_inference", PackageResources.v0001_inference_sql),
        Migration("v0002_repository", PackageResources.v0002_repository_sql),
        Migration("v0003_batch", PackageResources.v0003_batch_sql),
        Migration("v0004_indexes", PackageResources.v0004_indexes_sql),
        Migration("v0005_settings", PackageResources.v0005_settings_sql),
        Migration("v0006_freshness", PackageResources.v0006_freshness_sql),
        Migration("v0007_batch_progress", PackageResources.v0007_batch_progress_sql),
        Migration("v0008_good_versions", PackageResources.v0008_good_versions_sql),
    ]
}
