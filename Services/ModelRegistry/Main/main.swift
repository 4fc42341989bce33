import Contracts
import HTTPService
import ModelRegistryService

await ServiceMain.run(.modelRegistry) { reader, base in try makeModelRegistryService(&reader, base) }
