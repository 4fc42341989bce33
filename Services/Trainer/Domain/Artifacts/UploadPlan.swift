import Contracts

/// Which parts of an upload are there, and whether they make a file.
struct UploadPlan: Sendable, Hashable {
    /// A part that has arrived.
    struct Part: Sendable, Hashable {
        let number: Int
        let digest: Digest
        let bytes: Int
        /// Name of its file.
        let file: String
    }

    /// A part as the client has it.
    struct Claim: Sendable, Hashable {
        let number: Int
        /// With quotation marks or without; nil when the client does not say.
        let tag: String?
    }

    /// Parts of one upload, as many as S3 takes.
    static let mostParts = 10_000

    let parts: Int
    let arrived: [Part]

    /// The parts in order. Throws faults of the field `parts`: one that is missing, one that the client knows otherwise.
    func ordered(_ claims: [Claim]) throws(FieldFault) -> [Part] {
        let byNumber = Dictionary(arrived.map { ($0.number, $0) }) { $1 }
        for claim in claims {
            guard let part = byNumber[claim.number] else {
                throw FieldFault(
                    "parts", expected: "parts that were uploaded; part \(claim.number) was not")
            }
            if let tag = claim.tag, !tag.isEmpty, tag.filter({ $0 != "\"" }) != part.digest.hex {
                throw FieldFault(
                    "parts",
                    expected: "the ETag of part \(claim.number) as it was uploaded last, \(part.digest.hex)")
            }
        }
        var found: [Part] = []
        for number in 1...max(1, parts) {
            guard let part = byNumber[number] else {
                throw FieldFault("parts", expected: "all \(parts) parts; part \(number) is missing")
            }
            found.append(part)
        }
        return found
    }
}
