import Contracts
import HTTPService
import MonitorService

await ServiceMain.run(.monitor) { reader, base in try makeMonitorService(&reader, base) }
