import Foundation
import FoundationXML

/// The names of a document's elements in their order: that it is read at all says that it is well-formed.
final class XMLParsing: NSObject, XMLParserDelegate {
    private var found: [String] = []

    func names(_ text: String) throws -> [String] {
        found = []
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
        return found
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]
    ) {
        found.append(name)
    }
}
