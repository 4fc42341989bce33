/// Names for runs that were started without one.
public enum RunName {
    /// A name of the form `adjective-noun-NNN`, which follows from the generator alone.
    public static func random(using generator: inout some RandomNumberGenerator) -> String {
        let adjective = adjectives[Int.random(in: adjectives.indices, using: &generator)]
        let noun = nouns[Int.random(in: nouns.indices, using: &generator)]
        return "\(adjective)-\(noun)-\(Int.random(in: 100...999, using: &generator))"
    }

    static let adjectives = [
        "amber", "ample", "apt", "bold", "brave", "breezy", "bright", "brisk", "calm", "candid", "clear", "clever", "cosy", "crisp",
        "curious", "dapper", "deft", "eager", "early", "even", "fair", "fleet", "fond", "frank", "fresh", "gentle", "glad", "golden",
        "grand", "hale", "handy", "hardy", "honest", "humble", "jolly", "keen", "kind", "lively", "lucid", "mellow", "merry", "mild",
        "modest", "neat", "nimble", "noble", "patient", "plucky", "polite", "proud", "quick", "quiet", "ready", "robust", "rosy",
        "serene", "sharp", "silver", "sleek", "smooth", "snug", "sober", "solid", "spry", "steady", "sunny", "swift", "tidy", "true",
        "upbeat", "vivid", "warm", "wise", "witty", "zesty",
    ]

    static let nouns = [
        "acorn", "alder", "anchor", "aspen", "badger", "beacon", "beech", "birch", "bison", "bobolink", "brook", "canyon", "cedar",
        "clover", "comet", "coral", "crane", "creek", "cricket", "delta", "dingo", "dune", "egret", "ember", "falcon", "fern", "finch",
        "fjord", "flint", "forest", "fox", "gannet", "glacier", "granite", "grove", "harbour", "hare", "hazel", "heron", "ibex", "iris",
        "island", "jay", "juniper", "kestrel", "lagoon", "larch", "lark", "lemur", "lichen", "linnet", "lynx", "maple", "marten",
        "meadow", "meteor", "newt", "oak", "orchid", "osprey", "otter", "pebble", "pine", "plover", "poplar", "puffin", "quail", "raven",
        "reef", "river", "robin", "rowan", "sable", "sparrow", "spruce", "stork", "summit", "swallow", "teal", "thicket", "tundra",
        "valley", "vole", "walnut", "willow", "wren", "yarrow",
    ]
}
