import Migration
import SchemaTranslation
import Testing

@Suite struct MigrationErrorTests {
    /// Swift Testing has an `ExitStatus` too.
    typealias Status = Migration.ExitStatus

    private struct Refusal: Error, CustomStringConvertible {
        let description = "permission denied"
    }

    @Test func isOneSentence() {
        let error = MigrationError(
            .source,
            "cannot be read",
            table: QualifiedName("shop", "t"),
            underlying: Refusal(),
            remedy: "grant SELECT on it"
        )
        #expect(error.description == "shop.t: cannot be read: permission denied; grant SELECT on it")
        #expect(MigrationError(.usage, "no such mode").description == "no such mode")
    }

    @Test(arguments: [
        (MigrationError.Kind.sourceUnreachable, Status.unreachable), (.targetUnreachable, .unreachable),
        (.usage, .refused), (.schemaNotFound, .refused), (.schemaEmpty, .refused), (.planRefused, .refused),
        (.source, .incomplete), (.target, .incomplete), (.tableMismatch, .incomplete), (.file, .incomplete),
        (.interrupted, .interrupted),
    ])
    func decidesTheExitStatus(_ kind: MigrationError.Kind, _ status: Status) {
        #expect(Status(for: MigrationError(kind, "x")) == status)
    }

    @Test func cancellationIsAnInterruption() {
        #expect(Status(for: CancellationError()) == .interrupted)
        #expect(Status(for: Refusal()) == .incomplete)
    }
}
