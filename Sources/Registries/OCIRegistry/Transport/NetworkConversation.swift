import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// A request over the network.
final class NetworkConversation: HTTPConversation {
  let state: ConversationState
  private let place: String
  // It goes when nobody speaks any more.
  private let transport: NetworkTransport
  private var task: HTTPClient.Task<Void>?
  private var isBodyOpen: Bool

  init(_ place: String, _ transport: NetworkTransport, sendsBody: Bool) {
    state = ConversationState(sendsBody: sendsBody)
    isBodyOpen = sendsBody
    self.place = place
    self.transport = transport
  }

  deinit { close() }

  func start(_ task: HTTPClient.Task<Void>) { self.task = task }

  private enum Turn {
    case send(HTTPClient.Body.StreamWriter)
    case enough
    case failed(any Error)
  }

  func write(_ piece: UnsafeRawBufferPointer) throws(RegistryError) -> Bool {
    let count = piece.count
    guard count > 0 else { return true }
    let turn = state.monitor.wait { state -> Turn? in
      // Whoever says no before the end reads no further.
      if state.isOver || state.saysNo { return .enough }
      if let failure = state.failure { return .failed(failure) }
      // The answer, or why there is none, is about to come.
      if state.isUnwanted { return nil }
      guard let writer = state.writer,
        state.onTheWay == 0 || state.onTheWay + count <= ConversationState.window
      else { return nil }
      state.onTheWay += count
      return .send(writer)
    }
    switch turn {
    case .enough: return false
    case .failed(let error): throw failure(error)
    case .send(let writer):
      writer.write(.byteBuffer(ByteBuffer(bytes: piece))).whenComplete { [state] in
        state.wrote(count, $0)
      }
      return true
    }
  }

  func head() throws(RegistryError) -> HTTPHead {
    if isBodyOpen {
      // All of it was handed over; nothing follows.
      let promise = state.monitor.wait { state -> EventLoopPromise<Void>?? in
        if state.failure != nil || state.isOver { return .some(nil) }
        let isSent = state.writer != nil && state.onTheWay == 0 && !state.isUnwanted
        guard isSent else { return state.saysNo ? .some(nil) : nil }
        defer { state.bodyDone = nil }
        return .some(state.bodyDone)
      }
      promise?.succeed()
      isBodyOpen = false
    }
    let result = state.monitor.wait { state -> Result<HTTPHead, any Error>? in
      if let head = state.head { return .success(head) }
      return state.failure.map { .failure($0) }
    }
    switch result {
    case .success(let head): return head
    case .failure(let error): throw failure(error)
    }
  }

  func next() throws(RegistryError) -> ByteBuffer? {
    let isUpload = self.state.sendsBody
    let (result, more) = state.monitor.wait {
      state -> (Result<ByteBuffer?, any Error>, EventLoopPromise<Void>?)? in
      if !state.pieces.isEmpty {
        let piece = state.pieces.removeFirst()
        state.waiting -= piece.readableBytes
        state.taken += piece.readableBytes
        guard state.waiting < ConversationState.ahead / 2 else { return (.success(piece), nil) }
        defer { state.more = nil }
        return (.success(piece), state.more)
      }
      if let failure = state.failure { return (.failure(failure), nil) }
      return state.isOver || (isUpload && state.hasAllItSays) ? (.success(nil), nil) : nil
    }
    more?.succeed()
    switch result {
    case .success(let piece): return piece
    case .failure(let error): throw failure(error)
    }
  }

  func close() {
    let isUnderWay = state.monitor.withLock { !$0.isOver && $0.failure == nil }
    state.finish { state in
      state.isClosed = true
      state.pieces = []
      if state.failure == nil && !state.isOver { state.failure = ConversationState.Failure.closed }
    }
    if isUnderWay { task?.cancel() }
    task = nil
  }

  private func failure(_ error: any Error) -> RegistryError {
    if case ConversationState.Failure.tooManyHeaders = error {
      return RegistryError(
        .tooLarge, at: place, expected: "at most \(ConversationState.headerLimit) bytes of headers",
        found: "more")
    }
    return RegistryError(.unreachable, at: place, found: Self.words(error))
  }

  // The library's own words name files and lines of its sources, and numbers of errors.
  private static func words(_ error: any Error) -> String {
    switch error {
    case let error as HTTPClientError: error.shortDescription
    case let error as IOError: String(cString: strerror(error.errnoCode))
    case let error as NIOConnectionError:
      error.connectionErrors.first.map { words($0.error) } ?? "no address for the host"
    default: String(String(describing: error).prefix(200))
    }
  }
}
