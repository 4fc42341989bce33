/// Codes of single services.
extension ProblemCode {
    // Identity
    public static let invitationSpent = ProblemCode("identity.invitation_spent", 422, "The invitation was used, has expired or never was")
    public static let teamUnknown = ProblemCode("identity.team_unknown", 422, "There is no such team")

    // Model registry
    public static let manifestInvalid = ProblemCode("registry.manifest_invalid", 422, "The manifest is not sound")
    public static let capabilityUnknown = ProblemCode("registry.capability_unknown", 404, "There is no such capability")
    public static let versionUnknown = ProblemCode("registry.version_unknown", 404, "There is no such model version")
    public static let gateClosed = ProblemCode("registry.gate_closed", 409, "The alias is protected and its gate is closed")

    public static let nothingToRollBack = ProblemCode("registry.nothing_to_roll_back", 409, "The alias has pointed to nothing else before")
    public static let modelUnloadable = ProblemCode("registry.model_unloadable", 409, "The model of the version cannot be loaded")
    public static let overrideRefused = ProblemCode("registry.override_refused", 403, "Only an operator may move an alias past its gate")
    public static let variantUnknown = ProblemCode("registry.variant_unknown", 404, "There is no such device variant")
    public static let noVariant = ProblemCode("registry.no_variant", 409, "No variant that has passed fits the device")

    // Inference
    public static let jobUnknown = ProblemCode("inference.job_unknown", 404, "There is no such batch job")
    public static let jobEnded = ProblemCode("inference.job_ended", 409, "The batch job has ended")
    public static let outputMissing = ProblemCode("inference.output_missing", 409, "The batch job has no output yet")
    public static let fileUnknown = ProblemCode("inference.file_unknown", 422, "There is no such uploaded file")
    public static let indexUnknown = ProblemCode("inference.index_unknown", 404, "There is no such similarity index")
    public static let indexNotReady = ProblemCode("inference.index_not_ready", 409, "The similarity index has not been built yet")
    public static let modelRefused = ProblemCode("inference.model_refused", 422, "The model cannot be served")
    public static let unsupported = ProblemCode("inference.unsupported", 501, "The server does not do this")

    // Dataset
    public static let datasetUnknown = ProblemCode("dataset.dataset_unknown", 404, "There is no such dataset")
    public static let datasetVersionUnknown = ProblemCode("dataset.version_unknown", 404, "There is no such dataset version")
    public static let rowInvalid = ProblemCode("dataset.row_invalid", 422, "A row does not fit the dataset")
    public static let leakage = ProblemCode("dataset.leakage", 422, "Rows of different splits are duplicates")

    // Labeling
    public static let projectUnknown = ProblemCode("labeling.project_unknown", 404, "There is no such labeling project")
    public static let taskUnknown = ProblemCode("labeling.task_unknown", 404, "There is no such task")
    public static let leaseLost = ProblemCode("labeling.lease_lost", 422, "The lease is over or belongs to somebody else")
    public static let labelInvalid = ProblemCode("labeling.label_invalid", 422, "The label is not one of the choices")
    public static let nothingToCommit = ProblemCode("labeling.nothing_to_commit", 409, "No settled label waits to be committed")

    // Trainer
    public static let runUnknown = ProblemCode("trainer.run_unknown", 404, "There is no such run")
    public static let suiteUnknown = ProblemCode("trainer.suite_unknown", 404, "There is no such suite run")
    public static let recipeUnknown = ProblemCode("trainer.recipe_unknown", 422, "There is no such recipe")
    public static let searchUnknown = ProblemCode("trainer.search_unknown", 404, "There is no such search")
    public static let artifactUnknown = ProblemCode("trainer.artifact_unknown", 404, "There is no such artifact")
    public static let presigningUnsupported = ProblemCode(
        "trainer.presigning_unsupported", 501, "Artifacts are not to be had from another address")
    public static let uploadUnknown = ProblemCode("trainer.upload_unknown", 404, "There is no such upload")
    public static let variantsUnknown = ProblemCode("trainer.variants_unknown", 404, "There is no such run of device variants")

    // Experiment router
    public static let experimentUnknown = ProblemCode("router.experiment_unknown", 404, "There is no such experiment")
    public static let experimentEnded = ProblemCode("router.experiment_ended", 409, "The experiment has ended")
    public static let experimentRunning = ProblemCode("router.experiment_running", 409, "Another experiment of the capability is running")
    public static let noChampion = ProblemCode("router.no_champion", 409, "The capability has no champion yet")

    // Monitor
    public static let predictionUnknown = ProblemCode("monitor.prediction_unknown", 404, "No prediction of this request is known")
    public static let segmentCorrupt = ProblemCode("monitor.segment_corrupt", 422, "The segment cannot be read")
}
