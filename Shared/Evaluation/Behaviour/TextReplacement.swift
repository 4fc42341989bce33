/// Whole words or phrases of a text, and what takes their place: all at once, so that two may swap.
struct TextReplacement: Sendable {
    /// Longest first, so that a phrase wins over a word that it begins with.
    private let pairs: [(from: [Character], to: String)]

    init(_ words: [String: String]) {
        pairs = words.filter { !$0.key.isEmpty }.map { (Array($0.key), $0.value) }
            .sorted {
                $0.from.count != $1.from.count
                    ? $0.from.count > $1.from.count : String($0.from) < String($1.from)
            }
    }

    /// The text with every word replaced that stands alone: `good` is not in `goods`. Upper and lower case are different.
    func apply(_ text: String) -> String {
        let letters = Array(text)
        var result = ""
        var place = 0
        while place < letters.count {
            if let pair = pairs.first(where: { stands($0.from, in: letters, at: place) }) {
                result += pair.to
                place += pair.from.count
            } else {
                result.append(letters[place])
                place += 1
            }
        }
        return result
    }

    private func stands(_ word: [Character], in letters: [Character], at place: Int) -> Bool {
        let end = place + word.count
        guard end <= letters.count, letters[place..<end].elementsEqual(word) else { return false }
        // A word that begins or ends with a sign, as `!`, needs no boundary there.
        let joinsBefore = place > 0 && isLetter(letters[place - 1]) && isLetter(word[0])
        let joinsBehind =
            end < letters.count && isLetter(letters[end]) && isLetter(word[word.count - 1])
        return !joinsBefore && !joinsBehind
    }

    private func isLetter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}
