import Contracts
import HTTPService
import InferenceService

await LogCommand.runIfAsked()
await BatchCommand.runIfAsked()
await ServiceMain.run(.inference, isStandAlone: { StandAloneSettings.isAsked(&$0) }) { reader, base in
    try makeInferenceService(&reader, base)
}
