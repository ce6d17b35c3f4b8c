import ContentStore
import Digests
import Ledger

/// What the ledgers of other writers that were pulled say of objects, read from their files.
struct OtherSurveys {
  /// One of them.
  struct Survey {
    var other: OtherLedger
    var survey: LedgerSurvey

    /// Its file, relative to the store's folder.
    var subject: String { "ledgers/\(other.name)/proofs.jsonl" }
  }

  /// By name.
  let all: [Survey]

  /// Reads them.
  ///
  /// - Parameter trust: whose signatures are believed.
  init(_ store: ContentStore, trust: LedgerTrust) throws {
    all = try OtherLedgers(store).all().map {
      Survey(other: $0, survey: try LedgerSurvey($0.store, trust: trust))
    }
  }

  /// What keeps them from being relied on, and what only has to be told.
  var findings: [Finding] { all.flatMap(\.findings) }

  /// Spelled in what is no row.
  var spelled: Set<Digest> {
    all.reduce(into: Set()) { out, one in
      out.formUnion(DigestScan.digests(in: one.survey.tail))
      for line in one.survey.badLines { out.formUnion(line.digests) }
    }
  }
}

extension OtherSurveys.Survey {
  // An append in progress explains what it has written, as in a ledger of our own.
  fileprivate var findings: [Finding] {
    var out = survey.seal.map { finding -> Finding in
      var told = Finding(finding)
      told.kind = told.kind == .signerUnknown ? .otherSignerUnknown : .otherLedgerChanged
      told.subject = subject
      told.remedy = .look
      return told
    }
    if !survey.isThere, survey.seal.isEmpty {
      out.append(Finding(.otherLedgerChanged, subject, expected: "the lines under its checkpoint"))
    }
    if !survey.tail.isEmpty {
      out.append(
        Finding(
          .otherLedgerChanged, subject, expected: "a newline at the end",
          found: "\(survey.end.tailLength) bytes of an unfinished line"))
    }
    for line in survey.badLines {
      var finding = Finding.malformed(line)
      finding.kind = .otherLineMalformed
      finding.subject = subject
      finding.remedy = .look
      finding.affects = Finding.Affected()
      out.append(finding)
    }
    return out
  }
}
