import Contracts
import HandlerLanguage
import HandlerProver
import ProverOracle
import Testing

/// What each function of the modules needs, does, keeps and loses, by what is proven of a handler
/// that calls it: whatever of a row is taken away is missing here.
@Suite struct RowTests {
  @Test func everyRowSaysWhatItSaid() throws {
    try LossRecord.expect("rows", ModuleFunction.allCases.flatMap { try LossRecord.lines(of: $0) })
  }

  /// The same of what is built in, by everything that carries a value.
  @Test func everyCarrierLosesWhatItLost() throws {
    try LossRecord.expect("carriers", Carriers.all.flatMap { try LossRecord.lines(of: $0) })
  }

  /// A row that says less than is so would be believed by whoever reads it.
  @Test(arguments: ModuleFunction.allCases) func aRowSaysWhatACallDoes(function: ModuleFunction)
    throws
  {
    let row = ModuleTable.row(function)
    let example = RowExample.of(function)
    let dropped = try #require(
      LossRecord.proof(example.handler(function, place: nil, "", answers: false)), "\(function)")
    let needed = Set(dropped.capabilities)
    #expect(Set(row.capabilities.map(\.rawValue)).isSubset(of: needed))
    #expect(LossRecord.lost(dropped).contains(.readOnly) == (row.effect == .write))
    #expect(LossRecord.lost(dropped).contains(.faultCovered) == (row.failure == .critical))
    let answered = try #require(
      LossRecord.proof(example.handler(function, place: nil, "", answers: true)), "\(function)")
    #expect(LossRecord.lost(answered).contains(.deterministic) == !row.isDeterministic)
    #expect(row.parameters.count >= example.arguments.count)
  }
}
