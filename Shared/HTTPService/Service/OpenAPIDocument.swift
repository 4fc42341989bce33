import Contracts

/// The written description of a service: `Shared/Contracts/OpenAPI/<service>.yaml`, kept as JSON beside the code that serves it.
public enum OpenAPIDocument {
    /// OpenAPI 3.1 as JSON.
    public static func written(for service: ServiceName) -> [UInt8] {
        switch service {
        case .identity: PackageResources.identity_json
        case .modelRegistry: PackageResources.model_registry_json
        case .inference: PackageResources.inference_json
        case .experimentRouter: PackageResources.experiment_router_json
        case .dataset: PackageResources.dataset_json
        case .labeling: PackageResources.labeling_json
        case .trainer: PackageResources.trainer_json
        case .monitor: PackageResources.monitor_json
        // Serves nothing.
        case .gatewayAgent: []
        }
    }
}
