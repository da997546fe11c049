namespace IncidentBot.Web;

/// <summary>
/// How addresses are mapped that are only read: <c>MapMethods("/x", ReadRoutes.Methods, …)</c>. GET, and HEAD for who asks whether
/// they are there; the server leaves the body of a HEAD out. The code of an endpoint is written by the compiler, which knows the
/// framework's own Map methods only.
/// </summary>
internal static class ReadRoutes
{
    public static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];
}
