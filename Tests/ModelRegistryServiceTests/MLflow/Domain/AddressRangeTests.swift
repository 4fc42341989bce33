import Testing

@testable import ModelRegistryService

@Suite("Addresses of the public internet")
struct AddressRangeTests {
    @Test(
        "are told from those that only a network's own machines reach",
        arguments: [
            ([1, 1, 1, 1], true), ([8, 8, 8, 8], true), ([172, 15, 255, 255], true), ([172, 32, 0, 0], true), ([100, 63, 0, 1], true),
            ([100, 128, 0, 1], true), ([223, 255, 255, 255], true), ([0, 0, 0, 0], false), ([10, 0, 0, 1], false), ([127, 0, 0, 1], false),
            ([100, 64, 0, 1], false), ([169, 254, 169, 254], false), ([172, 16, 0, 1], false), ([172, 31, 255, 255], false),
            ([192, 168, 1, 1], false), ([198, 18, 0, 1], false), ([198, 19, 255, 255], false), ([224, 0, 0, 1], false),
            ([255, 255, 255, 255], false),
        ] as [([UInt8], Bool)])
    func four(address: [UInt8], isPublic: Bool) {
        #expect(AddressRange.isPublic(address) == isPublic)
    }

    @Test(
        "also where an IPv6 address carries an IPv4 one",
        arguments: [
            ([0x20, 0x01, 0x48, 0x60, 0x48, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0x88, 0x88], true),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], false), ([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], false),
            ([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], false), ([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], false),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1], false),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 8, 8, 8, 8], true),
            ([0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1], false),
            ([0x20, 2, 192, 168, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], false),
            ([0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], false), ([1, 2, 3], false),
        ] as [([UInt8], Bool)])
    func six(address: [UInt8], isPublic: Bool) {
        #expect(AddressRange.isPublic(address) == isPublic)
    }
}
