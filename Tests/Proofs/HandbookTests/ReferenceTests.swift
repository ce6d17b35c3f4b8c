import HandlerLanguage
import Testing

@testable import Handbook

/// The pages that are made of the tables.
@Suite struct ReferenceTests {
  @Test(arguments: ModuleTable.modules)
  func everyModuleHasAPageAndAnExample(_ module: String) throws {
    let page = try #require(ModulePage.text(of: module))
    for row in ModuleTable.rows where row.function.module == module {
      #expect(page.contains("  \(row.function.name)"), "\(row.function)")
    }
    let example = try #require(ModuleExamples.example(of: module), "no example of \(module)")
    #expect(example.diagnostics.map(\.description) == [])
    #expect(ModulePage.overview.contains("zigttp:\(module)"))
  }

  @Test func aModuleThatThereIsNotHasNoPage() { #expect(ModulePage.text(of: "nonsense") == nil) }

  /// A function that comes into the table is declared without a word more, but says more with one.
  @Test(arguments: ModuleFunction.allCases)
  func everyFunctionHasTypesAndASentence(_ function: ModuleFunction) {
    let row = ModuleTable.row(function)
    let entry = ModuleSignatures.entry(of: row)
    #expect(ModuleSignatures.isKnown(function), "\(function.rawValue)")
    #expect(entry.signature.types.count == row.parameters.count, "\(function.rawValue)")
    #expect(entry.summary.hasSuffix("."), "\(function.rawValue)")
  }

  @Test(arguments: LanguagePage.sections.indices)
  func theLanguagesExamplesAreAccepted(_ index: Int) {
    guard let example = LanguagePage.sections[index].example else { return }
    #expect(example.diagnostics.map(\.description) == [], "\(LanguagePage.sections[index].title)")
  }

  @Test func noLineIsTooLongOrEndsInSpaces() {
    let modules = ModuleTable.modules.compactMap(ModulePage.text)
    for page in [LanguagePage.text, PropertiesPage.text, ModulePage.overview] + modules {
      for line in page.split(separator: "\n") {
        #expect(line.count <= 96, "\(line)")
        #expect(line.last != " ", "\(line)|")
      }
    }
  }

  @Test func theLanguagesPageNamesEveryBuiltin() {
    let text = LanguagePage.text
    for global in BuiltinGlobal.allCases { #expect(text.contains(global.rawValue), "\(global)") }
    for member in BuiltinMember.allCases { #expect(text.contains(member.name), "\(member)") }
    for method in BuiltinMethod.allCases { #expect(text.contains(method.name), "\(method)") }
  }
}
