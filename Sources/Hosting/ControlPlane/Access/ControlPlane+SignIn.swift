import ControlPlaneAPI

/// What a person at a page, or at a terminal, says to somebody who wants to sign in.
extension ControlPlane {
  /// Who asks with a code that a person typed.
  ///
  /// - Parameter address: where the person is.
  /// - Throws: 404; 429 for a person, or an address, that tries many.
  package func signInRequest(
    _ userCode: String, by caller: Caller, from address: String
  ) throws -> SignInRequest {
    try limitCodes(caller, address)
    return try devices.request(userCode, by: caller, now: clock())
  }

  /// Lets somebody sign in as the caller, with some of the caller's own rights; nil denies it.
  ///
  /// - Throws: as ``signInRequest(_:by:from:)``; 403 for rights that the caller has not.
  package func decideSignIn(
    _ userCode: String, rights: Set<TokenRight>?, by caller: Caller, from address: String
  ) throws {
    try limitCodes(caller, address)
    try devices.decide(userCode, rights: rights, by: caller, now: clock())
    try audit.drain(database.pool)
  }

  private func limitCodes(_ caller: Caller, _ address: String) throws {
    let now = clock()
    try limits.codes.require("person \(caller.person)", now: now)
    try limits.codes.require("address \(address)", now: now)
  }
}
