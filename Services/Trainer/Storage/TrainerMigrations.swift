import EventLog
import Postgres

/// Steps of the trainer's schema.
enum TrainerMigrations {
    static var all: [Migration] {
        [
            EventReader.migration, Migration("v0001_trainer", PackageResources.v0001_trainer_sql),
            Migration("v0002_retraining", PackageResources.v0002_retraining_sql),
            Migration("v0003_suite_teams", PackageResources.v0003_suite_teams_sql),
        ]
    }
}
