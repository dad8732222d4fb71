import type { Page } from 'playwright-core';
import { PASSWORD } from '../support/people';

/** Signs somebody up in the form of the page, and waits until they are in. */
export async function signUpOnPage(page: Page, email: string, workspace = 'Northwind'): Promise<void> {
  await page.getByRole('link', { name: 'Sign up' }).click();
  await page.getByLabel('Workspace').fill(workspace);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.locator('#content').waitFor();
}
