import HandlerLanguage

/// What a run left behind that may have to be begun again elsewhere: it is told once the run has
/// come to its end, or taken back.
///
/// A run on an event loop is provisional where the handler can wait: it ends before the first call
/// that may, or whose effect cannot be taken back, or after some computing, and another thread begins
/// it anew.
struct ProvisionalRun {
  /// Lines for the log.
  var lines: [LogService.Line] = []
  /// Reads of the cache that were counted.
  var reads: [(namespace: String, isHit: Bool)] = []
}

extension NativeRegistry {
  /// Lets a provisional run end before each function that may wait or that changes what others see.
  mutating func holdBackEffects() {
    for row in ModuleTable.rows
    where row.effect == .write || row.capabilities.contains(.network)
      || row.capabilities.contains(.sqlite) || row.function.module == "io"
    {
      modules[row.function] = modules[row.function].map(Self.heldBack)
    }
    globals[.fetchSync] = globals[.fetchSync].map(Self.heldBack)
  }

  private static func heldBack(_ native: @escaping Native) -> Native {
    { c throws(Fault) in
      if try c.isolateHost().provisional != nil { throw Fault.held }
      return try native(c)
    }
  }
}

extension IsolateHost {
  /// Whether the run is to be begun again elsewhere, and has not failed.
  func beginsAnew(after fault: Fault) -> Bool {
    guard provisional != nil else { return false }
    return fault.kind == .held || fault.kind == .steps && hasProvisionalSteps
  }

  /// Runs what can be begun again elsewhere.
  ///
  /// - Returns: nil where it came to something that has to be; nothing of it is left then.
  func provisionally<Result>(_ body: () throws(Fault) -> Result) throws(Fault) -> Result? {
    provisional = ProvisionalRun()
    do throws(Fault) {
      let result = try body()
      tellLines()
      return result
    } catch {
      if error.kind == .held {
        services.cache.takeBack(provisional?.reads ?? [])
        provisional = nil
        return nil
      }
      tellLines()
      throw error
    }
  }

  private func tellLines() {
    for line in provisional?.lines ?? [] { services.log.write(line) }
    provisional = nil
  }

  /// Writes a line to the log, now or when the run is sure.
  func log(_ level: LogService.Level, _ message: [UInt8], _ context: [UInt8]? = nil) {
    let line = services.log.line(level: level, message: message, context: context)
    if provisional != nil { provisional?.lines.append(line) } else { services.log.write(line) }
  }
}
