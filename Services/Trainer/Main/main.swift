import Contracts
import HTTPService
import TrainerService

await ServiceMain.run(.trainer) { reader, base in try makeTrainerService(&reader, base) }
