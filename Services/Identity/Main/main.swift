import Contracts
import HTTPService
import IdentityService

await ServiceMain.run(.identity) { reader, base in try makeIdentityService(&reader, base) }
