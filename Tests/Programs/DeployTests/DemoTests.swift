import Foundation
import TestSupport
import Testing

/// `make demo`, which is the first thing that anybody runs.
@Suite struct DemoTests {
  private func sample() -> [String] {
    let folder = Programs.checkout + "/testdata"
    return (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).sorted()
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("curl"), "curl is not installed"))
  func leavesNothingBehind() throws {
    let before = sample()
    let place = try Workspace()
    let environment = place.environment(["TMPDIR": place.path])
    for _ in 0..<2 {
      let result = try Command(
        executable: Programs.checkout + "/scripts/demo",
        arguments: [Programs.folder], directory: place.path,
        environment: environment
      ).run()
      #expect(result.status == 0, "\(result.output)\(result.errors)")
      #expect(result.output.contains("Baseline:   none (first deploy)"))
      #expect(result.output.contains(#""status":"ok""#))
    }
    #expect(sample() == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == [])
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.home) == [])
  }
}
