import HandlerLanguage
import Testing

@testable import Handbook

/// Every code has a page, and the page is right: its example is refused with that code, its rewrite is
/// accepted.
@Suite struct RefusalPageTests {
  @Test(arguments: DiagnosticCode.allCases)
  func thePageIsRight(_ code: DiagnosticCode) throws {
    let page = try #require(RefusalPage.page(of: code), "no page for \(code.rawValue)")
    if let refused = page.refused {
      let codes = Set(refused.diagnostics.map(\.code))
      // Loading says nothing of what proving finds: the prover's tests do.
      let expected: Set<String> = DiagnosticCode.ofProver.contains(code) ? [] : [code.rawValue]
      #expect(codes == expected, "\(refused.diagnostics.map(\.description))")
    } else {
      #expect(code == .invalidUTF8, "text can show it")
    }
    #expect(page.instead.diagnostics.map(\.description) == [])
  }

  @Test(arguments: DiagnosticCode.allCases)
  func thePageIsReadable(_ code: DiagnosticCode) throws {
    let text = try #require(RefusalPage.page(of: code)).text(of: code)
    #expect(text.hasPrefix("\(code.rawValue): "))
    #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
    for line in text.split(separator: "\n") {
      #expect(line.count <= 90, "\(line)")
      #expect(line.last != " ", "\(line)|")
    }
  }

  @Test func everyCodeIsListedWithItsTitle() {
    let lines = RefusalPage.overview.split(separator: "\n")
    for code in DiagnosticCode.allCases {
      let line = lines.first { $0.hasPrefix("  \(code.rawValue)  ") } ?? ""
      #expect(line.count > 12 && line.count <= 90, "\(code.rawValue): \(line)")
    }
  }

  /// The comparison with null asks for two things, and advice that names one of them is wrong.
  @Test func comparingWithNullIsNotAnEquality() {
    let text = RefusalPage.page(of: .looseEquality)?.text(of: .looseEquality) ?? ""
    #expect(text.contains("x === null || x === undefined"))
    let advice = HandlerExample("const f = (x) => x == null;").diagnostics.first?.advice ?? ""
    #expect(advice.contains("=== null ||") && advice.contains("=== undefined"), "\(advice)")
  }
}
