import Foundation
import HandlerLanguage
import Testing

@testable import Handbook

/// `docs/zigttp.docc` says what the program says. `RECORD_GOLDENS=1` writes its articles anew.
@Suite struct DocumentationCatalogTests {
  static let folder = checkout.appending(path: "docs/zigttp.docc")

  @Test func theCatalogIsWhatTheTablesSay() throws {
    let articles = DocumentationCatalog.articles
    if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
      for name in try written() where name != "Guide.md" {
        try FileManager.default.removeItem(at: Self.folder.appending(path: name))
      }
      for (name, text) in articles {
        try Data(text.utf8).write(to: Self.folder.appending(path: name))
      }
    }
    #expect(try written() == (articles.keys + ["Guide.md"]).sorted())
    for (name, text) in articles {
      let file = Self.folder.appending(path: name)
      #expect(try String(contentsOf: file, encoding: .utf8) == text, "\(name) is not up to date")
    }
  }

  @Test(arguments: DocumentationCatalog.articles.keys.sorted())
  func everyLinkLeadsToAnArticle(_ name: String) throws {
    let text = try #require(DocumentationCatalog.articles[name])
    for link in text.components(separatedBy: "<doc:").dropFirst() {
      let target = String(link.prefix { $0 != ">" })
      #expect(
        target == "Guide" || DocumentationCatalog.articles[target + ".md"] != nil, "\(target)")
    }
  }

  private func written() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
  }
}
