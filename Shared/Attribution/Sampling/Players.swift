import Tensors

/// Which elements of a row are known or not known together.
struct Players: Sendable {
    /// Most players of a sampled or occluded row.
    static let most = 256

    /// The player of each element, by input; -1 for elements that stay as they are.
    let owners: [[Int]]
    let count: Int

    private init(owners: [[Int]], count: Int) {
        self.owners = owners
        self.count = count
    }

    /// One player for each element; for each patch of what has the shape of an image, when `patches` are wanted. More than ``most`` are put
    /// together with their neighbours.
    init(_ inputs: [Tensor], explained: Set<String>?, patches: Bool, edge: Int?) {
        var next = 0
        var owners: [[Int]] = []
        for tensor in inputs {
            let width = tensor.count / max(1, tensor.rows)
            guard explained?.contains(tensor.name) ?? true else {
                owners.append([Int](repeating: -1, count: width))
                continue
            }
            let layout = patches ? ImageLayout(tensor.shape) : nil
            let local = layout?.patches(edge: edge) ?? Array(0..<width)
            owners.append(local.map { $0 + next })
            next += (local.max() ?? -1) + 1
        }
        let share = max(1, (next + Self.most - 1) / Self.most)
        self.init(owners: owners.map { $0.map { $0 < 0 ? -1 : $0 / share } }, count: (next + share - 1) / share)
    }

    /// How many elements of a row are to be explained.
    static func elements(_ inputs: [Tensor], explained: Set<String>?) -> Int {
        inputs.reduce(0) { $0 + ((explained?.contains($1.name) ?? true) ? $1.count / max(1, $1.rows) : 0) }
    }

    /// Values of the players spread evenly over their elements, by input.
    func spread(_ values: [Double]) -> [[Double]] {
        var sizes = [Double](repeating: 0, count: count)
        for owner in owners.joined() where owner >= 0 { sizes[owner] += 1 }
        return owners.map { $0.map { $0 < 0 ? 0 : values[$0] / sizes[$0] } }
    }

    /// One row for each coalition: the row's elements for its members, the background's for the others.
    func mix(_ row: RowElements, _ background: RowElements, _ coalitions: ArraySlice<Coalition>, like inputs: [Tensor]) -> [Tensor] {
        inputs.indices.map { input in
            let shape = [coalitions.count] + inputs[input].shape.dropFirst()
            if inputs[input].datatype == .bytes {
                let texts = coalitions.flatMap { coalition in
                    owners[input].indices.map { element in
                        isKnown(input, element, coalition) ? row.strings[input][element] : background.strings[input][element]
                    }
                }
                return Tensor(name: inputs[input].name, shape: shape, strings: texts)
            }
            let raw = coalitions.reduce(into: [UInt8]()) { $0 += bytes(input, row, background, $1) }
            return Tensor(name: inputs[input].name, datatype: inputs[input].datatype, shape: shape, raw: raw)
        }
    }

    private func bytes(_ input: Int, _ row: RowElements, _ background: RowElements, _ coalition: Coalition) -> [UInt8] {
        var bytes = row.raw[input]
        let size = bytes.count / max(1, owners[input].count)
        for element in owners[input].indices where !isKnown(input, element, coalition) {
            for byte in (element * size)..<((element + 1) * size) { bytes[byte] = background.raw[input][byte] }
        }
        return bytes
    }

    private func isKnown(_ input: Int, _ element: Int, _ coalition: Coalition) -> Bool {
        owners[input][element] < 0 || coalition.contains(owners[input][element])
    }
}
