import Contracts

/// A command recipe as a Job of Kubernetes, with the bounds that the sandbox has.
enum KubernetesJob {
    /// The manifest.
    ///
    /// - Parameters:
    ///   - image: has the program's interpreter and `tar`, and `curl` for the working directory.
    ///   - url: base URL of the gateway as pods see it.
    static func manifest(_ run: TrainingRun, _ recipe: CommandRecipe, team: String, image: String, url: String) -> JSONValue {
        let name: JSONValue = .string("run-" + run.id)
        let labels: JSONValue = ["app.kubernetes.io/name": "mlmesh-run", "mlmesh.run": .string(run.id), "mlmesh.team": .string(team)]
        return [
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": ["name": name, "labels": labels],
            "spec": [
                // Attempts are the queue's affair.
                "backoffLimit": 0,
                "activeDeadlineSeconds": .integer(Int64(run.timeoutSeconds ?? CommandPlan.longest)),
                "ttlSecondsAfterFinished": 3_600,
                "template": ["metadata": ["labels": labels], "spec": pod(run, recipe, image: image, url: url)],
            ],
        ]
    }

    private static func pod(_ run: TrainingRun, _ recipe: CommandRecipe, image: String, url: String) -> JSONValue {
        let mounts: JSONValue = [["name": "work", "mountPath": "/job"]]
        let fetch =
            "curl -fsS -H \"Authorization: Bearer $MLFLOW_TRACKING_TOKEN\" \"$MLMESH_ARCHIVE\" | tar -x --no-same-owner -f - -C /job/work"
        var variables = CommandEnvironment.variables(run, recipe, folder: "/job", tracking: nil)
        variables["MLFLOW_TRACKING_URI"] = url + "/mlflow"
        variables["MLFLOW_RUN_ID"] = run.id
        variables["MLMESH_ARCHIVE"] = url + "/v1/trainer/archives/" + recipe.archive.description
        let environment = JSONValue.array(
            variables.sorted { $0.key < $1.key }.map { ["name": .string($0.key), "value": .string($0.value)] } + [secret(run)])
        return [
            "restartPolicy": "Never", "automountServiceAccountToken": false, "enableServiceLinks": false,
            "securityContext": [
                "runAsNonRoot": true, "runAsUser": 65_532, "runAsGroup": 65_532, "fsGroup": 65_532,
                "seccompProfile": ["type": "RuntimeDefault"],
            ],
            "volumes": [
                ["name": "work", "emptyDir": ["sizeLimit": .string("\(recipe.resources?.fileBytes ?? CommandPlan.standardFile)")]]
            ],
            "initContainers": [
                [
                    "name": "archive", "image": .string(image),
                    "command": ["/bin/sh", "-c", .string("mkdir -p /job/work /job/home && " + fetch)],
                    "env": environment, "volumeMounts": mounts, "securityContext": confined, "resources": resources(recipe),
                ]
            ],
            "containers": [
                [
                    "name": "program", "image": .string(image), "command": .array(recipe.command.map { .string($0) }),
                    "workingDir": "/job/work", "env": environment, "volumeMounts": mounts, "securityContext": confined,
                    "resources": resources(recipe),
                ]
            ],
        ]
    }

    /// The credential of the attempt, which whoever starts the Job puts into a Secret of its name.
    private static func secret(_ run: TrainingRun) -> JSONValue {
        ["name": "MLFLOW_TRACKING_TOKEN", "valueFrom": ["secretKeyRef": ["name": .string("run-" + run.id), "key": "token"]]]
    }

    private static let confined: JSONValue = [
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
    ]

    private static func resources(_ recipe: CommandRecipe) -> JSONValue {
        let memory: JSONValue = .string("\(recipe.resources?.memoryBytes ?? CommandPlan.standardMemory)")
        return ["limits": ["memory": memory, "cpu": "1"], "requests": ["memory": memory, "cpu": "1"]]
    }
}
