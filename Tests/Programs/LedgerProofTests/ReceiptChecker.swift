import TestSupport
import Testing

extension Workspace {
  /// Runs `Tests/Receipts/check_receipt.py`, which shares no code with zigttp, in the project.
  func checkReceipt(_ arguments: [String]) throws -> Command.Result {
    let python = try #require(ForeignPrograms.find("python3"), "python3 is not installed")
    return try Command(
      executable: python,
      arguments: [Programs.checkout + "/Tests/Receipts/check_receipt.py"] + arguments,
      directory: path, environment: environment()
    ).run()
  }
}
