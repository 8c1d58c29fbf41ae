import PostgresClient
import SchemaTranslation
import WireKit

/// Steps of reading one table, whose errors are the table's.
extension TablePlan {
    /// Runs a step on the source.
    ///
    /// - Throws: `MigrationError` naming the table, or that the task was cancelled.
    func reading<T>(_ body: () async throws(PostgresError) -> T) async throws(MigrationError) -> T {
        do throws(PostgresError) {
            return try await body()
        } catch {
            throw MigrationError("cannot be read", table: source, error)
        }
    }

    /// Takes COPY data apart.
    ///
    /// - Throws: `MigrationError` naming the table, when the data is not in PostgreSQL's own format.
    func understanding<T>(_ body: () throws(WireError) -> T) throws(MigrationError) -> T {
        do throws(WireError) { return try body() } catch { throw unreadable(error) }
    }

    /// COPY data that is not in PostgreSQL's own format.
    func unreadable(_ defect: WireError) -> MigrationError {
        MigrationError(.source, "PostgreSQL's COPY data cannot be read", table: source, underlying: defect)
    }
}
