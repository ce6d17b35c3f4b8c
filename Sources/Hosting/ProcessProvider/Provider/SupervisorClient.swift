import Files
import Glibc
import NIOCore
import NIOPosix

/// Asks a supervisor at its socket.
struct SupervisorClient: Sendable {
  /// Why there is no answer.
  struct Failure: Error, CustomStringConvertible {
    var description: String
    /// Whether nobody is there.
    var isAbsence = false
  }

  let folder: SupervisorFolder

  private static let mostLine = 4 << 20

  /// Asks, and waits for the one answer.
  func ask(_ call: SupervisorCall) async throws -> SupervisorAnswer {
    try await converse(call) { answers in
      for try await answer in answers { return answer }
      throw Failure(description: "the supervisor said nothing")
    }
  }

  /// Asks, and hands over the answers as they come.
  func converse<Value: Sendable>(
    _ call: SupervisorCall,
    _ body: @Sendable (AsyncThrowingStream<SupervisorAnswer, any Error>) async throws -> Value
  ) async throws -> Value {
    let channel = try await connect()
    var found: Value?
    do {
      return try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(bytes: call.line))
        let (answers, more) = AsyncThrowingStream.makeStream(of: SupervisorAnswer.self)
        async let reading: Void = Self.read(inbound, more)
        let value = try await body(answers)
        found = value
        more.finish()
        channel.channel.close(promise: nil)
        await reading
        return value
      }
    } catch let error as ChannelError {
      // One that goes may close before we do: what it said before counts.
      if let found { return found }
      throw Failure(description: "\(folder.root): \(error)", isAbsence: true)
    }
  }

  /// Whether somebody takes connections.
  func isThere() async -> Bool {
    guard let channel = try? await connect() else { return false }
    try? await channel.executeThenClose { _, _ in }
    return true
  }

  private static func read(
    _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
    _ more: AsyncThrowingStream<SupervisorAnswer, any Error>.Continuation
  ) async {
    do {
      for try await line in inbound {
        guard let answer = SupervisorAnswer(line: Array(line.readableBytesView)) else {
          throw Failure(description: "the supervisor's answer is not understood")
        }
        more.yield(answer)
      }
      more.finish()
    } catch {
      more.finish(throwing: error)
    }
  }

  private func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
    // By way of the folder's descriptor: a path may be longer than a socket's address.
    let place: SharedFile
    do throws(FileError) {
      place = SharedFile(try LinuxFileSystem().openFolder(folder.root))
    } catch {
      throw Failure(description: "\(error)", isAbsence: error.isAbsence)
    }
    let path = "/proc/self/fd/\(place.file.descriptor)/\(SupervisorFolder.socketName)"
    do {
      let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .connect(unixDomainSocketPath: path) { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              ByteToMessageHandler(LineDecoder(), maximumBufferSize: Self.mostLine))
            return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
              wrappingChannelSynchronously: channel)
          }
        }
      withExtendedLifetime(place) {}
      return channel
    } catch let error as IOError {
      throw Failure(
        description: "\(folder.root): \(String(cString: strerror(error.errnoCode)))",
        isAbsence: [ENOENT, ECONNREFUSED].contains(error.errnoCode))
    }
  }

  private struct LineDecoder: NIOSingleStepByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    mutating func decode(buffer: inout ByteBuffer) -> ByteBuffer? {
      guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
        return nil
      }
      let line = buffer.readSlice(length: end - buffer.readerIndex)
      buffer.moveReaderIndex(forwardBy: 1)
      return line
    }

    mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) -> ByteBuffer? {
      decode(buffer: &buffer)
    }
  }
}
