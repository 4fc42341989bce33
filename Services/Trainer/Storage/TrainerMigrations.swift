import EventLog
import Postgres

/// Steps of the trainer's schema.
enum TrainerMigrations {
    static var all: [Migration] {
        [
            EventReader.migration, Migration("v0001_trainer", PackageResources.v0001_trainer_sql),
            Migration("v0002_retraining", PackageResources.v0002_retraining_sql),
            Migration("v0003_suite_teams", PackageResources.v0003_suite_teams_sql),
            Migration("v0004_queue", PackageResources.v0004_queue_sql),
            Migration("v0005_tracking", PackageResources.v0005_tracking_sql),
            Migration("v0006_artifacts", PackageResources.v0006_artifacts_sql),
            Migration("v0007_searches", PackageResources.v0007_searches_sql),
            Migration("v0008_suite_targets", PackageResources.v0008_suite_targets_sql),
            Migration("v0009_variants", PackageResources.v0009_variants_sql),
            Migration("v0010_commands", PackageResources.v0010_commands_sql),
            Migration("v0011_embeddings", PackageResources.v0011_embeddings_sql),
            Migration("v0012_job_losses", PackageResources.v0012_job_losses_sql),
        ]
    }
}
