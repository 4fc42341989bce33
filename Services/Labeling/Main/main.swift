import Contracts
import HTTPService
import LabelingService

await ServiceMain.run(.labeling) { reader, base in try makeLabelingService(&reader, base) }
