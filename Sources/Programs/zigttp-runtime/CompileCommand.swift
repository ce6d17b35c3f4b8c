import HandlerRuntime

/// `compile`: whether a handler would start, found out on this thread, without a socket and without
/// env values. A deploy asks the runtime that it packs.
enum CompileCommand {
  static func run(_ place: String?) -> ExitCode {
    do throws(PackedHandler.Problem) {
      let payload =
        try place == "-" ? PackedHandler.readLayer() : PackedHandler.find(place).payload
      try compile(payload)
      return .success
    } catch {
      for line in error.lines { Console.error(line) }
      return error.exitCode
    }
  }

  private static func compile(_ payload: Payload) throws(PackedHandler.Problem) {
    let policy = ContractPolicy(payload.contract)
    let services = HostServices(
      policy: policy, cache: CacheService(maximumBytes: 1 << 20),
      // What a handler logs while it starts is not what was asked for.
      log: LogService { _ in }, sql: policy.needsDatabase ? try database(payload) : nil)
    do throws(Application.LoadError) {
      try Application(payload, services: services).tryOut()
    } catch {
      throw PackedHandler.Problem(error)
    }
  }

  /// In memory: the statements of the contract have to fit the schema that is packed.
  private static func database(_ payload: Payload) throws(PackedHandler.Problem) -> SQLService {
    do throws(SQLService.Problem) {
      return try SQLService(payload.contract, path: nil, schema: payload.schema)
    } catch {
      throw PackedHandler.Problem(exitCode: .failure, lines: ["\(error.description)"])
    }
  }
}
