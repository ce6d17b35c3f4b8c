import Encodings
import JSON
import Ledger

/// What `proofs receipt` answers. The text is the receipt itself, for a file.
public struct ReceiptDocument: Document {
  /// `schema/json/proofs-receipt-v1.schema.json`.
  public static let schema = "proofs-receipt"
  private let receipt: InclusionReceipt
  private let line: Int

  /// Of a line of the ledger.
  public init(_ receipt: InclusionReceipt, line: Int) {
    self.receipt = receipt
    self.line = line
  }

  private var contents: String { String(decoding: receipt.bytes, as: UTF8.self) }

  /// A receipt holds base64, digests and an origin: printable ASCII, which stays as it is.
  public var text: SafeText { SafeText(escapingLines: contents) }

  /// `origin`, `line`, `size`, `receipt`.
  public var members: JSONObject {
    let head = receipt.checkpoint.head
    return [
      "origin": .string(head.origin), "line": .count(line), "size": .count(head.size),
      "receipt": .string(contents),
    ]
  }
}
