import Contracts
import DatasetService
import HTTPService

await ServiceMain.run(.dataset) { reader, base in try makeDatasetService(&reader, base) }
