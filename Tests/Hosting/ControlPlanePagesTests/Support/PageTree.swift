import Foundation
import FoundationXML
import TestSupport
import Testing

/// A page as a tree. Read strictly: every element is closed, every attribute quoted, every sign
/// escaped, or there is none.
final class PageTree {
  /// An element with what is in it.
  final class Element {
    let name: String
    let attributes: [String: String]
    fileprivate(set) var children: [Element] = []
    fileprivate(set) var text = ""

    init(_ name: String, _ attributes: [String: String]) {
      self.name = name
      self.attributes = attributes
    }

    subscript(_ attribute: String) -> String? { attributes[attribute] }

    /// The element and all below it, in the order of the document.
    var all: [Element] { [self] + children.flatMap(\.all) }

    func all(_ name: String) -> [Element] { all.filter { $0.name == name } }
  }

  let root: Element

  init(_ bytes: [UInt8]) throws {
    let builder = Builder()
    let parser = XMLParser(data: Data(bytes))
    parser.shouldResolveExternalEntities = false
    parser.delegate = builder
    guard parser.parse(), let root = builder.root else {
      throw TestClient.Failure(
        description: """
          not well-formed, line \(parser.lineNumber): \
          \(parser.parserError.map { "\($0)" } ?? "no element") in \
          \(String(decoding: bytes, as: UTF8.self))
          """)
    }
    self.root = root
  }

  var elements: [Element] { root.all }
  func all(_ name: String) -> [Element] { root.all(name) }

  /// The text that is shown, spaces made one.
  var text: String { Self.plain(all("body").first?.text ?? "") }

  static func plain(_ text: String) -> String {
    text.split { $0.isWhitespace }.joined(separator: " ")
  }

  /// The texts of the elements of a name.
  func texts(_ name: String) -> [String] { all(name).map { Self.plain($0.text) } }

  /// The button with a text.
  func button(_ text: String) -> Element? {
    all("button").first { Self.plain($0.text) == text }
  }

  /// Where the forms of the page are sent to.
  var actions: [String] { all("form").compactMap { $0["action"] } }

  /// What the forms carry.
  var csrf: String {
    get throws { try #require(all("input").first { $0["name"] == "csrf" }?["value"]) }
  }

  private final class Builder: NSObject, XMLParserDelegate {
    var root: Element?
    private var open: [Element] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      let element = Element(name, attributes)
      if let last = open.last { last.children.append(element) } else { root = element }
      open.append(element)
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
      qualifiedName: String?
    ) {
      open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
      for element in open { element.text += text }
    }
  }
}
