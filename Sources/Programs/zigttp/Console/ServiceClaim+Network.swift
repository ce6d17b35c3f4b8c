import Encodings
import OCIRegistry
import Verification

extension ServiceClaim {
  private static let patience: Duration = .seconds(30)

  /// Asks a running service what it says of itself.
  ///
  /// - Throws: ``CommandFailure`` where it does not answer, or answers something else.
  init(askedAt address: WebAddress, over network: any HTTPTransport) throws {
    let place = WebAddress(address.scheme, address.host, path: ServiceClaim.path)
    let bytes: [UInt8]
    do throws(RegistryError) { bytes = try Self.answer(of: place, over: network) } catch {
      throw CommandFailure(.failure, "\(error)", next: Self.advice)
    }
    guard let claim = ServiceClaim(bytes) else {
      throw CommandFailure(
        .failure, "\(place) does not say which contract it serves", next: Self.advice)
    }
    self = claim
  }

  private static let advice: SafeText =
    "A handler that zigttp serves says there what it is; ask it, not what stands before it."

  private static func answer(
    of place: WebAddress, over network: any HTTPTransport
  ) throws(RegistryError) -> [UInt8] {
    let call = HTTPCall(.GET, place, limit: patience)
    let conversation = try network.open(call, length: 0)
    defer { conversation.close() }
    let head = try conversation.head()
    guard head.status == 200 else {
      throw RegistryError(.refused, at: call.shown, expected: "200", found: "\(head.status)")
    }
    var bytes: [UInt8] = []
    while let piece = try conversation.next() {
      guard piece.readableBytes <= limit - bytes.count else {
        throw RegistryError(
          .tooLarge, at: call.shown, expected: "at most \(limit) bytes", found: "more")
      }
      bytes += piece.readableBytesView
    }
    return bytes
  }
}
