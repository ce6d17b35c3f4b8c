import Foundation
import Testing

/// The table of what the distribution specification demands names tests that there are.
struct SpecificationTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private struct Row {
    var party: String
    var tests: [String]
  }

  private static func rows() throws -> [Row] {
    let text = try String(
      contentsOf: folder.appending(path: "DistributionSpecification.md"), encoding: .utf8)
    return text.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst().map { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return Row(
        party: cells[1], tests: cells[3].split(separator: ", ").map { String($0) })
    }
  }

  /// `Suite.test` for every test below a folder.
  private static func tests(in name: String) throws -> Set<String> {
    let files = try FileManager.default.subpathsOfDirectory(
      atPath: folder.appending(path: name).path())
    var out: Set<String> = []
    for file in files where file.hasSuffix("Tests.swift") {
      let text = try String(
        contentsOf: folder.appending(path: name).appending(path: file), encoding: .utf8)
      let suite = URL(filePath: file).deletingPathExtension().lastPathComponent
      for match in text.matches(of: #/@Test[^{]*?func (\w+)\(/#) {
        out.insert("\(suite).\(match.1)")
      }
    }
    return out
  }

  @Test func everySentenceHasATest() throws {
    let rows = try Self.rows()
    #expect(rows.count > 90)
    let known = [
      "R": try Self.tests(in: "RegistryServerTests"), "C": try Self.tests(in: "OCIRegistryTests"),
    ]
    for row in rows {
      #expect(!row.tests.isEmpty)
      for test in row.tests {
        #expect(known[row.party]?.contains(test) == true, "\(row.party): there is no \(test)")
      }
    }
  }
}
