import ContentStore
import Digests
import NIOCore
import OCIImage
import StoreTesting
import Synchronization
import Testing

@testable import OCIRegistry

/// Answers without a network, and without bodies.
final class Scripted: HTTPTransport {
  let calls = Mutex<[HTTPCall]>([])
  private let answer: @Sendable (HTTPCall) -> HTTPHead

  init(_ answer: @escaping @Sendable (HTTPCall) -> HTTPHead) { self.answer = answer }

  func open(_ call: HTTPCall, length: UInt64) throws(RegistryError) -> any HTTPConversation {
    calls.withLock { $0.append(call) }
    return Said(answer(call))
  }

  private final class Said: HTTPConversation {
    private let said: HTTPHead

    init(_ said: HTTPHead) { self.said = said }

    func write(_ piece: UnsafeRawBufferPointer) throws(RegistryError) -> Bool { true }
    func head() throws(RegistryError) -> HTTPHead { said }
    func next() throws(RegistryError) -> ByteBuffer? { nil }
    func close() {}
  }
}

/// Connects to nobody.
final class Refusing: HTTPTransport {
  let last = Mutex<HTTPCall?>(nil)

  func open(_ call: HTTPCall, length: UInt64) throws(RegistryError) -> any HTTPConversation {
    last.withLock { $0 = call }
    throw RegistryError(.unreachable, at: call.shown)
  }
}
