using IncidentBot.Runbooks;

namespace IncidentBot.Web;

/// <summary>Pictures that lie beside runbooks. One that could hold a script is shut in.</summary>
internal static class RunbookPictures
{
    public static IResult Answer(RunbookPicture picture, HttpContext context)
    {
        FileStream stream;
        try
        {
            stream = RealPath.Open(picture.File);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Problems.Answer(StatusCodes.Status404NotFound, "this picture cannot be read");
        }

        if (stream.Length > RunbookPicture.Largest)
        {
            stream.Dispose();
            return Problems.Answer(StatusCodes.Status404NotFound, "this picture is larger than 10 MiB");
        }

        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        return Results.Stream(stream, picture.Type);
    }
}
