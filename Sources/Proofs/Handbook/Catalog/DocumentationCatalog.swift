import Contracts
import HandlerLanguage

/// The reference as a DocC catalog: the same tables and pages as `zigttp help`, one article each.
///
/// The articles stand in `docs/zigttp.docc` beside the guide; a test holds them against this.
public enum DocumentationCatalog {
  /// The articles by their names in the catalog's folder.
  public static var articles: [String: String] {
    var articles = [
      "zigttp.md": root, "Language.md": language, "Modules.md": modules,
      "Properties.md": properties, "Refusals.md": refusals,
    ]
    for module in ModulePage.names { articles["Module-\(module).md"] = article(of: module) }
    for code in documentedCodes { articles["\(code.rawValue).md"] = article(of: code) }
    return articles
  }

  private static var documentedCodes: [DiagnosticCode] {
    DiagnosticCode.allCases.filter { RefusalPage.page(of: $0) != nil }
  }

  // MARK: Articles

  private static var root: String {
    """
    # zigttp

    @Metadata {
      @TechnologyRoot
    }

    HTTP handlers whose powers are proven before they are deployed.

    ## Overview

    A handler is one function in a part of TypeScript: small enough that all it may do can be seen
    before it runs. <doc:Guide> goes from the first line to what is proven; the rest is reference.
    `zigttp help` prints the same.

    ## Topics

    ### Writing a handler

    - <doc:Guide>
    - <doc:Language>
    - <doc:Modules>

    ### What is said of it

    - <doc:Properties>
    - <doc:Refusals>

    """
  }

  private static var language: String {
    let sections = LanguagePage.allSections.map { section in
      heading(section.title) + section.prose.map { paragraph($0) }.joined()
        + (section.example.map(code) ?? "")
    }
    return title("The language", "What a handler is written in.") + sections.joined()
  }

  private static var modules: String {
    let table = ModulePage.names.map { module in
      "- <doc:Module-\(module)>: "
        + ModulePage.exports(of: module).map { "`\($0)`" }.joined(separator: ", ") + "\n"
    }
    return title("Modules", "What a handler imports; there are no packages.")
      + paragraph("Functions are imported by name: `import { cacheGet } from \"zigttp:cache\";`.")
      + table.joined()
  }

  private static func article(of module: String) -> String {
    var text = title("zigttp:\(module)", nil)
    if let introduction = ModulePage.introduction(of: module) { text += paragraph(introduction) }
    for entry in ModulePage.entries(of: module) {
      text += "## \(entry.name)\n\n```ts\n\(entry.declaration)\n```\n\n"
      if !entry.summary.isEmpty { text += paragraph(entry.summary) }
      if !entry.facts.isEmpty {
        text += entry.facts.map { "- \($0)\n" }.joined() + "\n"
      }
    }
    if let example = ModuleExamples.example(of: module) { text += "## Example\n\n" + code(example) }
    return text
  }

  private static var properties: String {
    title("Properties", "What each of the twelve means.") + paragraph(PropertiesPage.introduction)
      + Property.allCases.map { property in
        let wording = PropertyWording(of: property)
        return heading(property.label) + paragraph(wording.meaning)
          + paragraph("To mend it: " + wording.advice)
      }.joined()
  }

  private static var refusals: String {
    title("Refusals", "What the language does not have, by the code of its diagnostic.")
      + documentedCodes.map { code in
        "- <doc:\(code.rawValue)>: \(RefusalPage.page(of: code)?.title ?? "")\n"
      }.joined()
  }

  private static func article(of code: DiagnosticCode) -> String {
    guard let page = RefusalPage.page(of: code) else { return "" }
    return title(code.rawValue, page.title) + paragraph(page.reason)
      + (page.refused.map { "## Refused\n\n" + self.code($0) } ?? "")
      + (page.refused == nil ? "## Accepted\n\n" : "## Instead\n\n") + self.code(page.instead)
  }

  // MARK: Markdown

  private static func title(_ title: String, _ abstract: String?) -> String {
    "# \(title)\n\n" + (abstract.map(paragraph) ?? "")
  }

  private static func heading(_ title: String) -> String {
    let words =
      title == title.uppercased() ? title.prefix(1) + title.dropFirst().lowercased() : title[...]
    return "## \(words)\n\n"
  }

  private static func paragraph(_ text: String) -> String {
    Wrapped.lines(text, width: 100).joined(separator: "\n") + "\n\n"
  }

  /// One block a file. Lines of a length that no reader would look at are cut, as in the pages.
  private static func code(_ example: HandlerExample) -> String {
    "```ts\n"
      + example.shown.map { $0.hasPrefix("  ") ? String($0.dropFirst(2)) : $0 }
      .joined(separator: "\n") + "\n```\n\n"
  }
}
