import Contracts
import ExperimentRouterService
import HTTPService

await ServiceMain.run(.experimentRouter) { reader, base in try makeExperimentRouterService(&reader, base) }
