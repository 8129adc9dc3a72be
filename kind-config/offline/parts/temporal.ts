import { join } from 'node:path';
import { buildImage, imagePart, LABEL } from './docker.ts';
import { goProgram } from './go-program.ts';
import { debianImage, fromDebian } from './roots.ts';

/** The same as on the local platform. */
const VERSION = 'v1.29.1';
const server = goProgram({ name: 'temporal-server', package: 'go.temporal.io/server/cmd/server', version: VERSION });
const sqlTool = goProgram({
  name: 'temporal-sql-tool',
  package: 'go.temporal.io/server/cmd/tools/sql',
  version: VERSION,
});

/** Stands in for `temporalio/server` and, with its schema tool, for `temporalio/admin-tools`. */
export const temporalImage = imagePart(
  { name: 'temporal', title: `image: Temporal ${VERSION}`, inputs: [LABEL], needs: [server, sqlTool, debianImage] },
  async (context, image) => {
    await buildImage(context, image, {
      dockerfile: [
        fromDebian(),
        'COPY temporal-server temporal-sql-tool /usr/local/bin/',
        'RUN useradd --uid 1000 --create-home temporal',
        'USER temporal',
        'ENV TEMPORAL_VERSION_CHECK_DISABLED=1',
      ],
      files: [join(context.folderOf(server), 'temporal-server'), join(context.folderOf(sqlTool), 'temporal-sql-tool')],
    });
  },
);
