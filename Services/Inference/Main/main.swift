import Contracts
import HTTPService
import InferenceService

await ServiceMain.run(.inference) { reader, base in try makeInferenceService(&reader, base) }
