import Contracts
import Testing

@testable import Reports

@Suite struct WitnessTextTests {
  static let witnesses = [
    Witness(
      of: .property(.noSecretLeakage),
      steps: [
        .init(what: "secret API_KEY is read", path: "handler.ts", line: 3, column: 15),
        .init(what: "response", path: "lib/answers.ts", line: 1, column: 2),
      ]),
    Witness(
      of: .property(.readOnly),
      steps: [.init(what: "cacheSet \(Samples.hostile)", path: "a.ts", line: 9, column: 1)]),
    Witness(
      of: .proofLevel(.partial),
      steps: [.init(what: "the env name is not a literal here", path: "a.ts", line: 7, column: 20)]),
  ]

  @Test func aBlockAWitnessAndALineAStep() throws {
    try Golden.expect(WitnessText.render(Self.witnesses).text, is: "witnesses.txt")
  }

  @Test func withoutWitnessesItSaysSo() {
    #expect(WitnessText.render([]).text == "\nNothing is lost that can be pointed at.\n")
  }
}
