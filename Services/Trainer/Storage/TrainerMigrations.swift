import Postgres

/// Steps of the trainer's schema.
enum TrainerMigrations {
    static var all: [Migration] { [Migration("v0001_trainer", PackageResources.v0001_trainer_sql)] }
}
