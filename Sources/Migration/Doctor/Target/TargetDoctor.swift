import CQLClient
import CQLWire
import PosixIO
import WireKit

/// Examines ScyllaDB.
package enum TargetDoctor {
    /// Opens a session as a migration would, and looks around; nothing is changed.
    ///
    /// - Throws: `MigrationError` when it was interrupted; that there is no connection is a diagnosis, too.
    package static func examine(_ target: TargetConfiguration) async throws(MigrationError) -> Diagnosis {
        do throws(MigrationError) {
            return try await withLane(named: "doctor") { lane throws(MigrationError) in
                let session = try await target.connect(on: lane.loop)
                defer { session.close() }
                let examination: TargetExamination
                do throws(CQLError) {
                    examination = try await TargetExaminer(target, session).examine()
                } catch {
                    throw MigrationError("ScyllaDB cannot be examined", error)
                }
                return Diagnosis(
                    "ScyllaDB at \(examination.cluster.local.endpoint)",
                    findings: TargetFindings.findings(examination)
                )
            }
        } catch {
            guard let diagnosis = diagnosis(of: error, target) else { throw error }
            return diagnosis
        }
    }

    /// What to say instead of an examination: nil when the error is no matter of the server's.
    private static func diagnosis(of error: MigrationError, _ target: TargetConfiguration) -> Diagnosis? {
        guard error.kind == .targetUnreachable, let underlying = error.underlying else { return nil }
        let hosts = target.endpoints.map(\.description).joined(separator: ", ")
        // The client's sentence holds what to do behind its last semicolon.
        let parts = "\(underlying)".split(separator: ";")
        let remedy = parts.count > 1 ? parts.last.map { String($0.drop { $0 == " " }) } : nil
        return Diagnosis(
            unreachable: "ScyllaDB at \(hosts)",
            reason: remedy == nil ? "\(underlying)" : parts.dropLast().joined(separator: ";"),
            remedy: remedy ?? "check host, port, TLS and credentials"
        )
    }
}
