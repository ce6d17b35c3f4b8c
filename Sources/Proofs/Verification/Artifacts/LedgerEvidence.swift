import ContentStore
import Contracts
import Digests
import JSON
import Ledger

/// What a ledger says of something: a row, and what shows that it stands there.
public struct LedgerEvidence: Sendable {
  /// Which row of a store's ledger is asked for.
  public enum Wanted: Sendable, Hashable {
    /// The newest that names one of these as record, image or program.
    case naming(Set<Digest>)
    /// The newest with this contract, so that what was changed can be held against what it was.
    case contract(Digest)
    /// The one of a line, from 1.
    case line(Int)
  }

  /// The number of the row, from 1; nil where there is none.
  public private(set) var number: Int?
  /// The row's bytes without the newline.
  public private(set) var line: [UInt8]?
  /// What shows that it stands under the checkpoint.
  public private(set) var receipt: InclusionReceipt?
  /// Why there is no receipt.
  public private(set) var refusal: LedgerFinding?
  /// What the checkpoint's signatures are worth.
  public private(set) var judgement: CheckpointJudgement?
  /// The whole ledger, where it is there.
  public private(set) var ledger: LedgerReport?

  /// From a receipt alone.
  ///
  /// - Parameter judgement: of its checkpoint.
  public init(_ receipt: InclusionReceipt, _ judgement: CheckpointJudgement) {
    number = receipt.index + 1
    line = receipt.line
    self.receipt = receipt
    self.judgement = judgement
  }

  /// From a store's ledger, which is verified whole.
  ///
  /// - Parameter keys: believe these alone; empty for the user's own and the trusted ones.
  public init(
    _ wanted: Wanted, in store: ContentStore, trust: LedgerTrust, naming keys: [VerifierKey] = []
  ) throws {
    var verification = LedgerVerification(store, trust: trust)
    verification.named = keys
    ledger = try verification.run()
    let file = LedgerFile(store)
    switch wanted {
    case .line(let line): number = line
    case .naming(let digests):
      number = try Self.newest(in: file) { row, _ in
        [row.record, row.image, row.binary].contains { $0.map(digests.contains) ?? false }
      }
    case .contract(let contract):
      number = try Self.newest(in: file) { row, line in
        Self.facts(of: row, line)?.contractSha == contract.hex
      }
    }
    guard let number else { return }
    line = try file.line(number: number)
    do throws(LedgerError) {
      let receipt = try LedgerProofs(store, reaching: number, trust: trust).receipt(line: number)
      judgement = try CheckpointJudgement(receipt.checkpoint, trust: trust, naming: keys)
      self.receipt = receipt
    } catch {
      switch error {
      case .refused(let finding): refusal = finding
      case .beyondCheckpoint(let line, _): refusal = .unsealed(first: line, count: 1)
      default: throw error
      }
    }
  }

  // A row is read as everywhere, so that what names a digest only in passing is none.
  private static func newest(
    in file: LedgerFile, where fits: (ScannedRow, UnsafeBufferPointer<UInt8>) -> Bool
  ) throws -> Int? {
    var found: Int?
    let reader = RowReader()
    _ = try file.read { line in
      line.bytes?.withUnsafeBufferPointer { bytes in
        guard case .row(let row, _) = reader.read(bytes) else { return }
        if fits(row, bytes) { found = line.number }
      }
    }
    return found
  }

  private static func facts(of row: ScannedRow, _ line: UnsafeBufferPointer<UInt8>) -> Facts? {
    guard let range = row.facts, let json = try? JSONReader.lenient(line[range]) else { return nil }
    return Facts(json: json)
  }
}
